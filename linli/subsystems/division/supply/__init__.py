"""Service areas of substations (供电分区): files in and out, and what a plan says on a terminal."""

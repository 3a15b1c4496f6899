"""Ground: whatever a planner brings, an office's own file or an extract of OpenStreetMap, becomes one `Survey`."""

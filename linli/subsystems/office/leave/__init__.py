"""Leave (请假): tables, flow, pages."""

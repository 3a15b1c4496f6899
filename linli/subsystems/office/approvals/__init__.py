"""Approvals (审批) of purchases and of the seal: tables, flow, pages."""

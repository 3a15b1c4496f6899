"""Power-supply grids (配电网格): which substation and feeder serves whom, who steps in, and what closing a tie brings back.

`model` holds the records of the plan, `cells` gathers customers into cells with ground of their own, `assignment` is the
minimum-cost flow with whole cells, `plan` draws the service areas with it, `second_source` lets a substation fail,
`faults` answers for a point, `report` makes plain records of all that. The electrical side is apart from it: `network`
holds a medium-voltage network, `power_flow` computes a radial one, `restoration` searches the ties to close when a line
is out. `linli.algorithms.division` beside it makes the ground (parcels and blocks) that service areas can be unions of.
"""

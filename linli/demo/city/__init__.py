"""The demo city: generated, Chinese, the same for the same seed. Pure: no Django, no clock, no network.

`generate_city(seed)` makes a City (`model.py`); `basemap.py` writes it as vector tiles, `people.py` names its staff and
units, `photos.py` draws its pictures, `stories.py` tells what is reported in it. How all of that gets into a database
stands one floor up, beside this package.
"""

from linli.demo.city.generate import generate_city
from linli.demo.city.model import City

__all__ = ["City", "generate_city"]

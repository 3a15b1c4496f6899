"""When a window has ended: each missed point becomes a case, exactly once, whoever runs the job, however often, and whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction

from linli.core.platform.public import SYSTEM, clock_at, now, verify, work_off, write
from linli.subsystems.patrol.public import MissedPoint, PatrolPlan, Round, close_windows, end_plan, missed_points
from tests.city import TestCity, build_city

from .walks import DAY, at, check, patrol_lead, plan_of, start

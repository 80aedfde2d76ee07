"""Lab 09, Batch inference: a job that may run twice. One module per idea, in lab order."""

from workshop.exercises.lab09.contract import FaultOf
from workshop.exercises.lab09.dialects import Statement
from workshop.exercises.lab09.keys import TableKey
from workshop.exercises.lab09.naming import Fingerprint
from workshop.exercises.lab09.night import Nightly
from workshop.exercises.lab09.slicing import Chunks
from workshop.exercises.lab09.totals import PerDigit
from workshop.exercises.lab09.upserting import Upsert

chunks = Chunks()
fingerprint = Fingerprint()
table = TableKey()
upsert = Upsert()
fault_of = FaultOf()
nightly = Nightly()
per_digit = PerDigit()
statement = Statement()

"""Lab 10, Online inference: an API with a contract. One module per idea, in the lab's order."""

from workshop.exercises.lab10.buckets import Percentile
from workshop.exercises.lab10.contract import RequestSchema
from workshop.exercises.lab10.door import ReadPicture
from workshop.exercises.lab10.fuzzing import Fuzz
from workshop.exercises.lab10.old_services import Specimens
from workshop.exercises.lab10.predicting import Predict
from workshop.exercises.lab10.protocol import SecondDoor
from workshop.exercises.lab10.together import Collect

predict = Predict()
read_picture = ReadPicture()
specimens = Specimens()
request_schema = RequestSchema()
fuzz = Fuzz()
percentile = Percentile()
collect = Collect()
second_door = SecondDoor()

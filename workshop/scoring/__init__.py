"""Score many pictures at once, into a database: `workshop score`.

    source (`folder`, `npz`, `parquet`) → `item` → `reader`'s model → `store` → `report`

`job` is the loop between them. Three rules hold it together:

1. A chunk is one transaction: its predictions, its rejected items and the checkpoint behind it are
   stored together or not at all. So a killed job goes on where it was.
2. A prediction belongs to one item of one source and one model. Scoring it again changes nothing;
   another model adds rows of its own.
3. An item that cannot be scored is never left out in silence. It is stored with the reason.
"""

"""What all definitions share: the partitions, one key an upload, and who looks after them."""

import dagster as dg

survey_uploads = dg.DynamicPartitionsDefinition(name="survey_uploads")
"""Keys are made by the upload store: a readable slug and the first 8 hex digits of the data's sha256."""

OWNERS = ["team:survey-engineering"]

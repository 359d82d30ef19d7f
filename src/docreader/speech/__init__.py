"""Who reads it: utterances become Clips."""

import os

# onnxruntime tells Microsoft that it was used, unless this is set before it is imported. What people have read to them is nobody's business.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from minidl.arrays import cuda_is_available as is_available
from minidl.operations.creation import manual_seed
from minidl.operations.creation import manual_seed as manual_seed_all

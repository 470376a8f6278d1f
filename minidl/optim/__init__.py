from minidl.optim import lr_scheduler
from minidl.optim.optimizers import *

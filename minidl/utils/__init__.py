"What training needs beside the network: `minidl.utils.data`, batches of examples."

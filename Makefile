# The usual errands. They use the virtual environment .venv, which `make .venv` builds.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: help test fast export lint docs bench train lab clean
help:    ## what there is
	@grep -hE '^[a-z.]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'
.venv: settings.ini
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -e '.[test,notebook,docs]'
	touch .venv
test: .venv    ## every cell of every notebook
	$(BIN)/python tools/test.py
fast: .venv    ## the same without the slow cells
	$(BIN)/python tools/test.py --fast
export: .venv    ## clean the notebooks and write the package from them
	PATH="$(CURDIR)/$(BIN):$$PATH" && nbdev_clean && nbdev_export
lint: .venv    ## style of the notebooks and scripts
	$(BIN)/ruff check nbs tools bench docs setup.py
docs: .venv    ## the documentation site, in _docs/
	$(BIN)/python docs/build.py
bench: .venv    ## training steps, operations, imports and batches beside PyTorch's: time, memory, share of the peak
	$(BIN)/pip install --quiet -e '.[bench]'
	$(BIN)/python -m bench --json bench.json --plot bench.png
	$(BIN)/python -m bench.ops
	$(BIN)/python -m bench.data
train: .venv    ## learn the digits
	$(BIN)/minidl train
lab: .venv    ## open the chapters in JupyterLab
	$(BIN)/jupyter lab nbs
clean:    ## remove what was built
	rm -rf .venv build dist _docs *.egg-info

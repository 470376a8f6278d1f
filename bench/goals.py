"The figures that must hold, on one thread, as ratios within a run"

# workload, peer, contender, least speed relative to the peer
SPEEDS = [('mlp-small', 'eager', 'numpy', 2.3), ('mlp-small', 'eager', 'torch', 1.7),
          ('mlp-small', 'compile', 'compiled', 2.0),
          ('mlp-large', 'eager', 'numpy', 1.03), ('mlp-large', 'eager', 'torch', 1.02),
          ('mlp-large', 'compile', 'compiled', 1.0),
          ('lenet', 'eager', 'numpy', 0.6), ('lenet', 'eager', 'torch', 1.2), ('lenet', 'compile', 'compiled', 1.6),
          ('gpt', 'eager', 'torch', 1.03), ('gpt', 'compile', 'compiled', 1.03),
          ('mlp-small', 'hand', 'numpy', 0.95), ('mlp-large', 'hand', 'numpy', 0.95),
          *[(key, 'func', 'compiled', 1.0) for key in ('mlp-small', 'mlp-large', 'lenet', 'residual', 'gpt')]]
MEMORY, GROWTH, IMPORT = 1.1, 1.5, 0.3   # at most: of PyTorch eager's; 100,000 operations beside 1,000; seconds


def growth(chains, name):
    "Returns the cost of an operation in the longest chain as a multiple of that in the shortest; None if not measured"
    lengths = sorted(chains, key=int)
    costs = [chains[n]['seconds'].get(name) for n in lengths]
    return costs[-1]/costs[0] if len(lengths) > 1 and costs[0] and costs[-1] else None


def goals(results, names):
    """Yields for each goal that was measured: what, the figure, the limit, and whether it holds.

    `results` is what `python -m bench` writes, `names` has each contender's. Beside torch.func's compiled step a
    speed holds if the best round reaches it, beside others if the median does.
    """
    for key, peer, name, least in SPEEDS:
        found = results['trainings'].get(key, {})
        ratio = found.get('speed', {}).get(peer, {}).get(name)
        if ratio: yield f'{key}: speed of {names[name]} / {names[peer]}', ratio[0], f'≥ {least:g}', \
            ratio[2 if peer == 'func' else 0] >= least
    for key, found in results['trainings'].items():
        memory = found['memory']
        if 'torch' in memory and not key.endswith('cuda'):
            share = memory['torch']/memory['eager']
            yield f'{key}: memory of {names["torch"]} / {names["eager"]}', share, f'≤ {MEMORY:g}', share <= MEMORY
    for name in 'numpy', 'torch':
        multiple = growth(results.get('operations', {}), name)
        if multiple: yield f'an operation in the longest chain / the shortest, {names[name]}', multiple, \
            f'≤ {GROWTH:g}', multiple <= GROWTH
    if 'import' in results:
        seconds = results['import']['seconds']['minidl']
        yield 'import minidl (s)', seconds, f'< {IMPORT:g}', seconds < IMPORT

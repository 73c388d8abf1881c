"""How well systemic problems are named: on invented years whose causes are known, and on real accident records."""

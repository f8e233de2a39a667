// What the graph itself costs: a source, three elements that do next to nothing, a sink.
InfiniteSource(LENGTH 64, LIMIT $N, BURST 32, STOP true)
	-> Counter
	-> Null
	-> Paint(1)
	-> Discard;

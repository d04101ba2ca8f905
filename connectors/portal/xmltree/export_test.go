package xmltree

// The two readers alone, for tests that hold them against each other.
var (
	Quick   = quick
	ByEtree = byEtree
)

package markup

// The quick builder alone, for tests that ask whether it was used.
var (
	QuickDocument = quickDocument
	QuickFragment = quickFragment
)

package postgres

import "fmt"

// MissingBinaryError says that no usable PostgreSQL server is installed.
type MissingBinaryError struct {
	// Major is the version a data folder needs, 0 when any from MinMajor on will do.
	Major int
	// DataDir is that data folder.
	DataDir string
}

func (e *MissingBinaryError) Error() string {
	if e.Major != 0 {
		return fmt.Sprintf("the data folder %s was made by PostgreSQL %d, which is not installed: install it, or move the folder away to start with an empty one",
			e.DataDir, e.Major)
	}
	return fmt.Sprintf("no PostgreSQL server %d or newer is installed: on Debian `apt-get install postgresql`, on macOS `brew install postgresql@17`",
		MinMajor)
}

// BrokenDataDirError says that a data folder cannot be used as it is.
type BrokenDataDirError struct {
	Dir string
	// Reason is what was found, in a few words.
	Reason string
}

func (e *BrokenDataDirError) Error() string {
	return fmt.Sprintf("the PostgreSQL data folder %s cannot be used (%s): move it away and start again to get an empty one", e.Dir, e.Reason)
}

package postgres

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// MinMajor is the oldest PostgreSQL the hub runs on.
const MinMajor = 15

// binaries is one installed PostgreSQL server.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(name string) string { return filepath.Join(b.dir, name) }

// places are where package managers put PostgreSQL servers that they keep off the PATH.
var places = []string{
	"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                        // Red Hat packages of the PostgreSQL project
	"/opt/homebrew/opt/postgresql*/bin",                       // Homebrew, Apple silicon
	"/usr/local/opt/postgresql*/bin",                          // Homebrew, Intel
	"/Applications/Postgres.app/Contents/Versions/[0-9]*/bin", // Postgres.app
	"/opt/local/lib/postgresql*/bin",                          // MacPorts
	"/usr/local/pgsql/bin",                                    // built from source
}

// findBinaries returns the newest installed server, of one major version when major is not 0, in one folder when dir is not empty.
func findBinaries(ctx context.Context, dir string, major int) (binaries, bool) {
	dirs := []string{dir}
	if dir == "" {
		dirs = candidateDirs(ctx)
	}
	var best binaries
	for _, dir := range dirs {
		b, ok := inspect(ctx, dir)
		wanted := b.major >= MinMajor && (major == 0 || b.major == major)
		if ok && wanted && b.major > best.major {
			best = b
		}
	}
	return best, best.dir != ""
}

func candidateDirs(ctx context.Context) []string {
	dirs := make([]string, 0, 8)
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, place := range places {
		found, err := filepath.Glob(place)
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// inspect asks `postgres --version`, which answers "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)".
func inspect(ctx context.Context, dir string) (binaries, bool) {
	b := binaries{dir: dir}
	for _, name := range []string{"postgres", "initdb"} {
		if info, err := os.Stat(b.path(name)); err != nil || info.IsDir() {
			return b, false
		}
	}
	out, err := exec.CommandContext(ctx, b.path("postgres"), "--version").Output() //nolint:gosec // an installed server
	if err != nil {
		return b, false
	}
	_, version, ok := strings.Cut(string(out), "(PostgreSQL) ")
	if !ok {
		return b, false
	}
	b.major = leadingNumber(version)
	return b, b.major > 0
}

func leadingNumber(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil {
		return 0
	}
	return n
}

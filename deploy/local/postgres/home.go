package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/jansetu/jansetu/deploy/local/process"
)

// rootHomes is where clusters go when we are root and the data folder lies below a folder that only root may enter, such as
// /root: the server runs as another user, who could not reach it there. The data folder then has a link to the cluster.
const rootHomes = "/var/lib/jansetu"

// ownerFile, in a folder below rootHomes, names the link that leads to it.
const ownerFile = "owner"

// home is where one cluster lives and who runs it.
type home struct {
	// dir holds the cluster, the password and the log.
	dir string
	// user runs the server; nil is ourselves.
	user *syscall.Credential
}

func (h home) cluster() string  { return filepath.Join(h.dir, "cluster") }
func (h home) password() string { return filepath.Join(h.dir, "password") }
func (h home) log() string      { return filepath.Join(h.dir, "postgres.log") }
func (h home) port() string     { return filepath.Join(h.dir, "port") }

// own hands a path to the user who runs the server.
func (h home) own(path string) error {
	if h.user == nil {
		return nil
	}
	if err := os.Chown(path, int(h.user.Uid), int(h.user.Gid)); err != nil {
		return fmt.Errorf("hand %s to the PostgreSQL user: %w", path, err)
	}
	return nil
}

// openHome finds or makes the place for a data folder's cluster, and locks the data folder.
func openHome(dataDir string) (home, *process.Lock, error) {
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return home{}, nil, fmt.Errorf("make the PostgreSQL data folder: %w", err)
	}
	lock, err := process.LockDir(dataDir)
	if err != nil {
		return home{}, nil, err
	}
	h, err := placeHome(dataDir)
	if err != nil {
		lock.Release()
		return home{}, nil, err
	}
	return h, lock, nil
}

func placeHome(dataDir string) (home, error) {
	if os.Geteuid() != 0 {
		return home{dir: dataDir}, nil
	}
	credential, err := serverUser()
	if err != nil {
		return home{}, err
	}
	h := home{dir: dataDir, user: credential}
	link := filepath.Join(dataDir, "home")
	if target, err := filepath.EvalSymlinks(link); err == nil {
		h.dir = target
		return h, nil
	}
	if _, err := os.Lstat(link); err == nil {
		return home{}, &BrokenDataDirError{Dir: dataDir, Reason: "its link \"home\" points to a folder that is gone"}
	}
	if err := os.Chmod(dataDir, 0o711); err != nil { //nolint:gosec // the server's user must pass through it
		return home{}, fmt.Errorf("open the PostgreSQL data folder to its user: %w", err)
	}
	if reachable(dataDir, credential) {
		return h, nil
	}
	sweepRootHomes()
	h.dir, err = makeRootHome(link)
	return h, err
}

// makeRootHome makes a folder outside the closed one and links to it, so that deleting the data folder is still starting afresh.
func makeRootHome(link string) (string, error) {
	if err := os.MkdirAll(rootHomes, 0o755); err != nil { //nolint:gosec // the server's user must pass through it
		return "", fmt.Errorf("make a folder for PostgreSQL that its user may enter: %w", err)
	}
	dir, err := os.MkdirTemp(rootHomes, "postgres-")
	if err != nil {
		return "", fmt.Errorf("make a folder for PostgreSQL that its user may enter: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // the server's user must pass through it
		return "", fmt.Errorf("open %s to the PostgreSQL user: %w", dir, err)
	}
	if err := os.Symlink(dir, link); err != nil {
		return "", fmt.Errorf("link the PostgreSQL folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, ownerFile), []byte(link+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("note whose the PostgreSQL folder is: %w", err)
	}
	return dir, nil
}

// sweepRootHomes removes the clusters of data folders that were temporary and are gone. Another data folder that is gone may only have
// been moved, or be on a disk that is not mounted now: its cluster is left alone.
func sweepRootHomes() {
	owners, err := filepath.Glob(filepath.Join(rootHomes, "postgres-*", ownerFile))
	if err != nil {
		return
	}
	for _, owner := range owners {
		raw, err := os.ReadFile(owner) //nolint:gosec // only root writes there
		link := strings.TrimSpace(string(raw))
		if err != nil || !strings.HasPrefix(link, os.TempDir()+string(filepath.Separator)) {
			continue
		}
		if _, err := os.Lstat(link); errors.Is(err, fs.ErrNotExist) { //nolint:gosec // only root writes there
			_ = os.RemoveAll(filepath.Dir(owner)) // what cannot be removed now is tried again at the next first start
		}
	}
}

// serverUser is who runs the server when we are root: PostgreSQL refuses root.
func serverUser() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "_postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New(
		"PostgreSQL does not run as root and there is no user `postgres` or `nobody` to run it as: add one with `useradd --system postgres`")
}

// reachable says whether a user may enter a folder and all that lead to it.
func reachable(dir string, as *syscall.Credential) bool {
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	for at := resolved; ; at = filepath.Dir(at) {
		if !mayEnter(at, as) {
			return false
		}
		if at == filepath.Dir(at) {
			return true
		}
	}
}

func mayEnter(dir string, as *syscall.Credential) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return false
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	switch mode := info.Mode().Perm(); {
	case owner.Uid == as.Uid:
		return mode&0o100 != 0
	case owner.Gid == as.Gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

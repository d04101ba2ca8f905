package endtoend_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/process"
)

const witnessName = "witness.treasury.example.gov.in"

// command runs one of the program's commands that need nothing of the hub.
func command(t testing.TB, arguments ...string) (said string, err error) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), program, arguments...).CombinedOutput()
	return string(output), err
}

// issuing gives the stack keys of its own and another department's witness, as docs/proof.md says.
func issuing(t testing.TB) (change, witness func(*stack)) {
	t.Helper()
	folder := t.TempDir()
	issuer, memory, log := filepath.Join(folder, "issuer"), filepath.Join(folder, "witness"), filepath.Join(folder, "log")
	address := process.Address(freePort(t))
	said, err := command(t, "issuer", "init", issuer, "--name", "IN-AP", "--origin", "jansetu.example.gov.in/log", "--holder", "Revenue Department")
	require.NoError(t, err, said)
	key, err := command(t, "witness", "key", "--folder", memory, "--name", witnessName)
	require.NoError(t, err, key)
	said, err = command(t, "issuer", "witness", issuer, strings.TrimSpace(key), "--quorum", "1")
	require.NoError(t, err, said)
	change = func(s *stack) {
		s.extra = append(s.extra, "JANSETU_ISSUER="+issuer, "JANSETU_LOG_FOLDER="+log, "JANSETU_WITNESSES="+witnessName+"=http://"+address)
	}
	witness = func(s *stack) {
		child := exec.Command(program, "witness", "run", "--folder", memory, "--name", witnessName, "--log", s.url(partGateway)+"/log",
			"--key-list", filepath.Join(issuer, "key-list.cose"), "--listen", address, "--every", "1s")
		require.NoError(t, child.Start())
		t.Cleanup(func() {
			_ = child.Process.Signal(syscall.SIGTERM)
			_ = child.Wait()
		})
	}
	return change, witness
}

func TestAReceiptIsVerifiedByAnybody(t *testing.T) {
	t.Parallel()
	change, witness := issuing(t)
	s := startStack(t, change)
	witness(s)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(71), "Sita Devi")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	_, err := s.gateway.Pay(c.opensPayment(ctx, english))
	require.NoError(t, err)
	receipt := s.download(c.hears(ctx, ".pdf"))
	path := filepath.Join(t.TempDir(), "receipt.pdf")
	require.NoError(t, os.WriteFile(path, receipt, 0o600))

	hub := s.url(partGateway)
	root := regexp.MustCompile(`root +([0-9a-f]{16})`).FindStringSubmatch(s.keyList(t))
	require.NotNil(t, root)
	var said string
	require.Eventually(t, func() bool {
		said, err = command(t, "verify", path, "--hub", hub, "--root", root[1])
		return err == nil
	}, 2*time.Minute, 500*time.Millisecond, "the log is published when the witness has signed it")
	for _, want := range []string{"GENUINE", "₹1,240.00", "signed by     Revenue Department", "status        valid", "signed by 1 witnesses"} {
		require.Contains(t, said, want)
	}
	require.Contains(t, s.jansetu(nil, "audit", "log"), "agree")

	s.requireVerifiedOffline(path)

	changed := bytes.Clone(receipt)
	changed[len(changed)/3] ^= 1
	require.NoError(t, os.WriteFile(path, changed, 0o600))
	said, err = command(t, "verify", path, "--hub", hub)
	require.Error(t, err)
	require.Contains(t, said, "NOT GENUINE")
}

// requireVerifiedOffline verifies the file, and a picture of the printed paper, with lists that were fetched before.
func (s *stack) requireVerifiedOffline(path string) {
	s.t.Helper()
	folder := s.t.TempDir()
	lists := make([]string, 0, 4)
	for flag, list := range map[string]string{"--key-list": "key-list.cose", "--revocations": "revocations.cose"} {
		file := filepath.Join(folder, list)
		require.NoError(s.t, os.WriteFile(file, s.graph(s.url(partGateway)+"/proof/"+list), 0o600))
		lists = append(lists, flag, file)
	}
	picture := filepath.Join(folder, "photo")
	printed, err := exec.CommandContext(s.t.Context(), "pdftoppm", "-r", "150", "-jpeg", "-singlefile", path, picture).CombinedOutput()
	require.NoError(s.t, err, string(printed))
	for _, paper := range []string{path, picture + ".jpg"} {
		said, err := command(s.t, append([]string{"verify", paper}, lists...)...)
		require.NoError(s.t, err, said)
		require.Contains(s.t, said, "GENUINE")
		require.Contains(s.t, said, "₹1,240.00")
		require.Contains(s.t, said, "status        valid, as of")
	}
}

func (s *stack) keyList(t testing.TB) string {
	t.Helper()
	for _, variable := range s.extra {
		if folder, found := strings.CutPrefix(variable, "JANSETU_ISSUER="); found {
			said, err := command(t, "issuer", "show", folder)
			require.NoError(t, err, said)
			return said
		}
	}
	return ""
}

// download fetches the file of a message with the token that the network gives.
func (s *stack) download(message string) []byte {
	s.t.Helper()
	var named struct{ ID string }
	require.NoError(s.t, json.Unmarshal([]byte(message), &named))
	var place struct{ URL string }
	require.NoError(s.t, json.Unmarshal(s.graph(s.url("meta")+"/v23.0/"+named.ID), &place))
	return s.graph(place.URL)
}

func (s *stack) graph(address string) []byte {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(s.t, err)
	request.Header.Set("Authorization", "Bearer "+accessToken)
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	file, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, response.StatusCode, string(file))
	return file
}

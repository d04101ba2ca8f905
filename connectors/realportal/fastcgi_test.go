//go:build realportal

package realportal_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/textproto"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The record types and the role of the FastCGI specification 1.0, section 8.
const (
	fcgiVersion   = 1
	fcgiBegin     = 1
	fcgiEnd       = 3
	fcgiParams    = 4
	fcgiStdin     = 5
	fcgiStdout    = 6
	fcgiResponder = 1
	fcgiRequestID = 1
	fcgiLargest   = 32 << 10
)

// fastCGI stands before an application server that speaks FastCGI, as a web server
// does.
type fastCGI struct {
	address, root string
}

func (f fastCGI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := f.exchange(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if err := relay(w, answer); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func (f fastCGI) exchange(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	connection, err := dialer.DialContext(r.Context(), "tcp", f.address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	var sent bytes.Buffer
	record(&sent, fcgiBegin, []byte{0, fcgiResponder, 0, 0, 0, 0, 0, 0})
	stream(&sent, fcgiParams, pairs(f.parameters(r, len(body))))
	stream(&sent, fcgiStdin, body)
	if _, err := connection.Write(sent.Bytes()); err != nil {
		return nil, err
	}
	return readOutput(bufio.NewReader(connection))
}

func (f fastCGI) parameters(r *http.Request, length int) map[string]string {
	host, port, _ := net.SplitHostPort(r.Host)
	parameters := map[string]string{
		"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_SOFTWARE": "test", "SERVER_NAME": host, "SERVER_PORT": port,
		"REQUEST_METHOD": r.Method, "REQUEST_URI": r.URL.RequestURI(), "QUERY_STRING": r.URL.RawQuery, "DOCUMENT_ROOT": f.root,
		"SCRIPT_NAME": r.URL.Path, "SCRIPT_FILENAME": filepath.Join(f.root, filepath.FromSlash(r.URL.Path)), "PATH_INFO": "",
		"REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": r.Header.Get("Content-Type"), "CONTENT_LENGTH": strconv.Itoa(length), "HTTP_HOST": r.Host,
	}
	for name, values := range r.Header {
		parameters["HTTP_"+strings.ReplaceAll(strings.ToUpper(name), "-", "_")] = strings.Join(values, ", ")
	}
	return parameters
}

func record(to *bytes.Buffer, kind byte, content []byte) {
	header := []byte{fcgiVersion, kind, 0, fcgiRequestID, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(header[4:], uint16(len(content)))
	to.Write(header)
	to.Write(content)
}

// stream writes records until nothing is left, and the empty one that ends it.
func stream(to *bytes.Buffer, kind byte, content []byte) {
	for len(content) > 0 {
		part := content[:min(len(content), fcgiLargest)]
		record(to, kind, part)
		content = content[len(part):]
	}
	record(to, kind, nil)
}

func pairs(parameters map[string]string) []byte {
	var written bytes.Buffer
	length := func(text string) {
		if len(text) < 128 {
			written.WriteByte(byte(len(text)))
			return
		}
		_ = binary.Write(&written, binary.BigEndian, uint32(len(text))|1<<31)
	}
	for name, value := range parameters {
		length(name)
		length(value)
		written.WriteString(name + value)
	}
	return written.Bytes()
}

func readOutput(from io.Reader) ([]byte, error) {
	var output bytes.Buffer
	for {
		header := make([]byte, 8)
		if _, err := io.ReadFull(from, header); err != nil {
			return nil, fmt.Errorf("read record: %w", err)
		}
		content := make([]byte, int(binary.BigEndian.Uint16(header[4:]))+int(header[6]))
		if _, err := io.ReadFull(from, content); err != nil {
			return nil, fmt.Errorf("read record: %w", err)
		}
		switch header[1] {
		case fcgiStdout:
			output.Write(content[:len(content)-int(header[6])])
		case fcgiEnd:
			return output.Bytes(), nil
		default:
		}
	}
}

var errNoStatus = errors.New("the application server sent no status")

func relay(w http.ResponseWriter, output []byte) error {
	reader := bufio.NewReader(bytes.NewReader(output))
	header, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil {
		return err
	}
	status := http.StatusOK
	if line := header.Get("Status"); line != "" {
		number, _, _ := strings.Cut(line, " ")
		if status, err = strconv.Atoi(number); err != nil {
			return errNoStatus
		}
	}
	header.Del("Status")
	header.Del("Content-Length")
	maps.Copy(w.Header(), http.Header(header))
	w.WriteHeader(status)
	_, err = io.Copy(w, reader)
	return err
}

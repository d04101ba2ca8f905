package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/media"
)

const (
	maxUpload   = 101 << 20       // Meta's largest file and room for the form around it
	mediaURLAge = 5 * time.Minute // Meta, media: a file's address is good for five minutes
)

// handleUpload serves POST /{version}/{phone_number_id}/media: a form with messaging_product, type and file.
func (e *Emulator) handleUpload(w http.ResponseWriter, r *http.Request) {
	if _, ok := e.numbers[r.PathValue("id")]; !ok {
		e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	file, err := e.readUpload(r)
	if err != nil {
		e.refuse(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": file.ID})
}

type uploadForm struct {
	product, kind, filename string
	partType                string
	content                 []byte
}

func (e *Emulator) readUpload(r *http.Request) (media.File, error) {
	form, err := parseUpload(r)
	if err != nil {
		return media.File{}, err
	}
	if form.product != "whatsapp" {
		return media.File{}, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The parameter messaging_product is required.")
	}
	if form.content == nil {
		return media.File{}, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The parameter file is required.")
	}
	if form.kind == "" {
		form.kind = form.partType
	}
	return e.AddMedia(form.kind, form.filename, form.content)
}

func parseUpload(r *http.Request) (uploadForm, error) {
	var form uploadForm
	parts, err := r.MultipartReader()
	if err != nil {
		return form, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The request must be multipart/form-data.")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return form, cloudapi.Refuse(cloudapi.CodeMediaUpload, "The upload could not be read or is too large.")
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return form, cloudapi.Refuse(cloudapi.CodeMediaUpload, "The upload could not be read or is too large.")
		}
		switch part.FormName() {
		case "messaging_product":
			form.product = string(content)
		case "type":
			form.kind = string(content)
		case "file":
			form.content, form.filename, form.partType = content, part.FileName(), part.Header.Get("Content-Type")
		}
	}
}

// AddMedia stores a file as an upload does and returns its description. It refuses types and sizes Meta does not take.
func (e *Emulator) AddMedia(mimeType, filename string, content []byte) (media.File, error) {
	kind, limit, ok := cloudapi.MediaKind(mimeType)
	if !ok {
		return media.File{}, cloudapi.Refuse(cloudapi.CodeInvalidParameter,
			"Param file must be a file with one of the supported types. Received file of type %q.", mimeType)
	}
	if int64(len(content)) > limit {
		return media.File{}, cloudapi.Refuse(cloudapi.CodeMediaUpload, "File size (%d) exceeds the maximum for %s (%d).", len(content), kind, limit)
	}
	if len(content) == 0 {
		return media.File{}, cloudapi.Refuse(cloudapi.CodeMediaUpload, "The file is empty.")
	}
	file, err := e.files.Add(mimeType, filename, content)
	if err != nil {
		return media.File{}, fmt.Errorf("store media: %w", err)
	}
	return file, nil
}

// handleMediaURL serves GET /{version}/{media_id}.
func (e *Emulator) handleMediaURL(w http.ResponseWriter, r *http.Request) {
	e.learnPublicURL(r)
	file, err := e.files.Get(r.PathValue("id"))
	if err != nil {
		e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"messaging_product": "whatsapp", "id": file.ID, "mime_type": file.MIME, "sha256": file.SHA256,
		"file_size": file.Size, "url": e.mediaURL(file.ID),
	})
}

// mediaURL makes the short-lived address of a file.
func (e *Emulator) mediaURL(id string) string {
	expires := strconv.FormatInt(e.now().Add(mediaURLAge).Unix(), 10)
	return fmt.Sprintf("%s/whatsapp_business/attachments/?mid=%s&ext=%s&hash=%s", *e.publicURL.Load(), id, expires, e.mediaHash(id, expires))
}

func (e *Emulator) mediaHash(id, expires string) string {
	mac := hmac.New(sha256.New, []byte(e.cfg.AppSecret))
	mac.Write([]byte(id + "/" + expires))
	return hex.EncodeToString(mac.Sum(nil))[:32]
}

// learnPublicURL remembers how the emulator is reached, when the configuration does not say it.
func (e *Emulator) learnPublicURL(r *http.Request) {
	if e.cfg.PublicURL == "" {
		e.SetPublicURL("http://" + r.Host)
	}
}

func (e *Emulator) handleDownload(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	id, expires := query.Get("mid"), query.Get("ext")
	until, err := strconv.ParseInt(expires, 10, 64)
	genuine := hmac.Equal([]byte(query.Get("hash")), []byte(e.mediaHash(id, expires)))
	if err != nil || !genuine || e.now().Unix() > until {
		http.Error(w, "URL signature expired", http.StatusNotFound)
		return
	}
	e.serveMedia(w, r, id)
}

func (e *Emulator) handleDeleteMedia(w http.ResponseWriter, r *http.Request) {
	if err := e.files.Delete(r.PathValue("id")); err != nil {
		e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

// serveMedia sends a file so that a browser never runs it: uploads are other people's content.
func (e *Emulator) serveMedia(w http.ResponseWriter, r *http.Request, id string) {
	file, err := e.files.Get(id)
	if err != nil {
		http.Error(w, "media not found", http.StatusNotFound)
		return
	}
	content, err := e.files.Open(id)
	if err != nil {
		http.Error(w, "media not found", http.StatusNotFound)
		return
	}
	defer func() { _ = content.Close() }()
	disposition := "inline"
	if r.URL.Query().Has("download") || !viewable(file.MIME) {
		disposition = "attachment"
	}
	header := w.Header()
	header.Set("Content-Type", file.MIME)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	if file.Filename != "" {
		disposition = mime.FormatMediaType(disposition, map[string]string{"filename": file.Filename})
	}
	header.Set("Content-Disposition", disposition)
	http.ServeContent(w, r, "", time.Time{}, content)
}

func viewable(mimeType string) bool {
	return strings.HasPrefix(mimeType, "image/") || strings.HasPrefix(mimeType, "audio/") ||
		strings.HasPrefix(mimeType, "video/") || mimeType == "application/pdf" || strings.HasPrefix(mimeType, "text/plain")
}

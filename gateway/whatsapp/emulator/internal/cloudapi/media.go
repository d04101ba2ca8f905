package cloudapi

import (
	"encoding/json"
	"mime"
	"strings"
)

// maxMediaName bounds file names and links; Meta names no limit for either.
const maxMediaName = 2048

type mediaRef struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
	Voice    bool   `json:"voice"`
	Provider any    `json:"provider"`
}

func (r *mediaRef) check(param string, m *Message) error {
	switch {
	case r.ID == "" && r.Link == "":
		return Refuse(CodeMissingParameter, "One of %s['id'] or %s['link'] is required.", param, param)
	case r.ID != "" && r.Link != "":
		return Refuse(CodeInvalidParameter, "Only one of %s['id'] and %s['link'] may be given.", param, param)
	case r.Link != "":
		m.MediaLinks = append(m.MediaLinks, r.Link)
		return first(webLink(param+"['link']", r.Link), optional(param+"['link']", r.Link, maxMediaName))
	}
	m.MediaIDs = append(m.MediaIDs, r.ID)
	return nil
}

func (r *mediaRef) without(param string, caption, filename, voice bool) error {
	switch {
	case caption && r.Caption != "":
		return Refuse(CodeInvalidParameter, "Unexpected key \"caption\" on param %q.", param)
	case filename && r.Filename != "":
		return Refuse(CodeInvalidParameter, "Unexpected key \"filename\" on param %q.", param)
	case voice && r.Voice:
		return Refuse(CodeInvalidParameter, "Unexpected key \"voice\" on param %q.", param)
	}
	return nil
}

func parseMedia(raw json.RawMessage, param string, m *Message) (mediaRef, error) {
	var ref mediaRef
	if err := decode(raw, param, &ref); err != nil {
		return ref, err
	}
	return ref, first(ref.check(param, m), optional(param+" caption", ref.Caption, 1024))
}

func captioned(param string) func(json.RawMessage, *Message) error {
	return func(raw json.RawMessage, m *Message) error {
		ref, err := parseMedia(raw, param, m)
		return first(err, ref.without(param, false, true, true))
	}
}

func checkDocument(raw json.RawMessage, m *Message) error {
	ref, err := parseMedia(raw, "document", m)
	return first(err, ref.without("document", false, false, true), optional("document filename", ref.Filename, maxMediaName))
}

func checkAudio(raw json.RawMessage, m *Message) error {
	ref, err := parseMedia(raw, "audio", m)
	return first(err, ref.without("audio", true, true, false))
}

func checkSticker(raw json.RawMessage, m *Message) error {
	ref, err := parseMedia(raw, "sticker", m)
	return first(err, ref.without("sticker", true, true, true))
}

const megabyte = 1 << 20

// MediaKind returns the message type a MIME type belongs to (image, video, audio, document, sticker) and the largest
// size Meta takes for it, in bytes. Source: Meta, "Media" (business-phone-numbers/media). ok is false for a type Meta
// does not take.
func MediaKind(mimeType string) (kind string, limit int64, ok bool) {
	base, _, err := mime.ParseMediaType(mimeType)
	if err != nil {
		return "", 0, false
	}
	switch base {
	case "image/jpeg", "image/png":
		return "image", 5 * megabyte, true
	case "image/webp":
		return "sticker", 500 << 10, true
	case "video/mp4", "video/3gpp":
		return "video", 16 * megabyte, true
	case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg":
		return "audio", 16 * megabyte, true
	case "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint":
		return "document", 100 * megabyte, true
	}
	return "document", 100 * megabyte, strings.HasPrefix(base, "application/vnd.openxmlformats-officedocument.")
}

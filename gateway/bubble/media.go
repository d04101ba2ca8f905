package bubble

import (
	"slices"
	"strings"
)

// The file types that WhatsApp shows as a picture or as a video (Meta, Media: supported media types).
var (
	pictureTypes = []string{"image/jpeg", "image/png"}
	videoTypes   = []string{"video/mp4", "video/3gpp"}
)

// WithPicture puts a picture above a bubble of buttons or of a link, or makes a plain text its caption. A list, a request for a
// location and a text too long for a caption have no room for a picture: there the choices, if any, are numbered in the caption, and a
// caption that is still too long is shortened.
func WithPicture(b Bubble, picture Document) Bubble {
	b = b.underMedia()
	b.Picture = &picture
	return b
}

// WithVideo is WithPicture for a video.
func WithVideo(b Bubble, video Video) Bubble {
	b = b.underMedia()
	b.Video = &video
	return b
}

// underMedia is the bubble in a shape that may stand below a picture or a video.
func (b Bubble) underMedia() Bubble {
	b.Picture, b.Video, b.Location = nil, nil, false
	if len(b.Buttons) > 0 || b.Link != nil {
		return b
	}
	text := b.Text
	if b.List != nil {
		var rows []Choice
		for _, section := range b.List.Sections {
			rows = append(rows, section.Rows...)
		}
		text = numberedWithin(b.Text, b.List.Label, rows, MaxCaption)
	}
	return Bubble{Text: Shorten(orDots(text), MaxCaption)}
}

func checkMedia(fault faultFunc, b Bubble) {
	if b.Picture != nil {
		if b.Picture.ID == "" || !slices.Contains(pictureTypes, b.Picture.MIMEType) {
			fault("picture needs an id and one of the types %v", pictureTypes)
		}
	}
	if b.Video != nil {
		checkVideo(fault, b.Video)
	}
	if b.Picture != nil && b.Video != nil {
		fault("bubble has both a picture and a video")
	}
	if (b.Picture != nil || b.Video != nil) && (b.List != nil || b.Document != nil || b.Location) {
		fault("a picture or a video cannot stand with a list, a document or a request for a location")
	}
}

func checkVideo(fault faultFunc, video *Video) {
	switch {
	case (video.File == nil) == (video.URL == ""):
		fault("video needs either a file or an address")
	case video.File != nil && (video.File.ID == "" || !slices.Contains(videoTypes, video.File.MIMEType)):
		fault("video needs an id and one of the types %v", videoTypes)
	case video.File == nil && (!strings.HasPrefix(video.URL, "https://") || !sendableURL(video.URL)):
		fault("video address is not an https address within %d characters", MaxURL)
	}
}

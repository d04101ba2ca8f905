package flows

import "github.com/jansetu/jansetu/catalog"

// The texts of native forms, in deploy/languages/<language>/flow.yaml.
const (
	textPage      catalog.TextKey = "flow.page"
	textNext      catalog.TextKey = "flow.next"
	textDone      catalog.TextKey = "flow.done"
	textLook      catalog.TextKey = "flow.look"
	textPhotoHint catalog.TextKey = "flow.photo"
	textPhotoHave catalog.TextKey = "flow.photo_have"
	textPhotoAway catalog.TextKey = "flow.photo_away"
	textOptional  catalog.TextKey = "flow.optional"
	textOver      catalog.TextKey = "flow.over"
)

// Texts lists every text of native forms with its placeholders and the characters that WhatsApp shows of it.
func Texts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textPage, Placeholders: []string{"number", "total"}}, {Key: textNext}, {Key: textDone}, {Key: textLook}, {Key: textPhotoHint},
		{Key: textPhotoHave}, {Key: textPhotoAway}, {Key: textOptional}, {Key: textOver},
	}
}

// Texter says a text in a language; *catalog.Catalog does.
type Texter interface {
	Text(lang catalog.Language, key catalog.TextKey, args catalog.Args) string
}

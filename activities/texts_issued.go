package activities

import "github.com/jansetu/jansetu/catalog"

// issuedTexts are said when two officers had an issued document corrected or revoked. The short ones stand in the template.
var issuedTexts = []catalog.TextSpec{
	{Key: "document.corrected", Placeholders: []string{"reference"}},
	{Key: "document.corrected.short"},
	{Key: "document.revoked", Placeholders: []string{"helpline", "number", "reference"}},
	{Key: "document.revoked.short"},
}

package activities

import "github.com/jansetu/jansetu/catalog"

var lateMoneyTexts = []catalog.TextSpec{
	{Key: "money.order", Placeholders: []string{"amount", "until"}},
	{Key: "money.page_upi"}, {Key: "money.page_upi_text"}, {Key: "money.page_upi_scan"}, {Key: "button.open_upi_app"},
	{Key: "money.rival_in_chat", Placeholders: []string{"until"}},
	{Key: "money.undecided_late", Placeholders: []string{"reference", "until"}},
	{Key: "money.detail_undecided", Placeholders: []string{"until"}},
	{Key: "money.detail_refunding", Placeholders: []string{"amount", "day"}},
	{Key: "money.detail_refunded", Placeholders: []string{"amount", "refund"}},
}

package activities

import "github.com/jansetu/jansetu/catalog"

// moreBillTexts are for several bills in one go, for parts of a bill, and for bills that have changed meanwhile.
var moreBillTexts = []catalog.TextSpec{
	{Key: "button.pay_part"},
	{Key: "button.another_bill"},
	{Key: "button.go_on_without"},
	{Key: "bill.line", Placeholders: []string{"account", "amount", "count"}},
	{Key: "bill.ask_several"},
	{Key: "bill.gone", Placeholders: []string{"account"}},
	{Key: "bill.changed", Placeholders: []string{"account", "amount", "was"}},
	{Key: "bill.nothing_left"},
	{Key: "bill.part", Placeholders: []string{"least", "most"}},
	{Key: "bill.part_rest", Placeholders: []string{"rest"}},
	{Key: "bill.another", Placeholders: []string{"question"}},
	{Key: "bill.known_already", Placeholders: []string{"account"}},
	{Key: "bill.other_not_found", Placeholders: []string{"account", "portal"}},
	{Key: "bill.other_unavailable", Placeholders: []string{"account", "portal"}},
	{Key: "bill.other_nothing_due", Placeholders: []string{"account"}},
	{Key: "bill.rival_left_out", Placeholders: []string{"account"}},
	{Key: "bill.amount_changed", Placeholders: []string{"account"}},
	{Key: "bill.paid_meanwhile", Placeholders: []string{"account"}},
	{Key: "bill.refused_one", Placeholders: []string{"account", "portal"}},
	{Key: "bill.refused_one_because", Placeholders: []string{"account", "portal", "reason"}},
	{Key: "bill.receipt", Placeholders: []string{"account", "amount", "receipt"}},
	{Key: "bill.done_several", Placeholders: []string{"amount", "count", "portal"}},
}

package cloudapi

import (
	"encoding/json"
	"regexp"
)

// amount is money as Meta writes it for India: integer paise with offset 100 (payments-in reference).
type amount struct {
	Value       *int64 `json:"value"`
	Offset      int64  `json:"offset"`
	Description string `json:"description"`
	Program     string `json:"discount_program_name"`
}

func (a *amount) paise() int64 {
	if a == nil || a.Value == nil {
		return 0
	}
	return *a.Value
}

func (a *amount) check(param string, isRequired bool) error {
	if a == nil || a.Value == nil {
		if isRequired {
			return Refuse(CodeMissingParameter, "The parameter %s is required.", param)
		}
		return nil
	}
	if a.Offset != 100 {
		return Refuse(CodeInvalidValue, "%s['offset'] must be 100.", param)
	}
	if *a.Value < 0 {
		return Refuse(CodeInvalidValue, "%s['value'] must not be negative.", param)
	}
	return first(optional(param+" description", a.Description, 60), optional("discount_program_name", a.Program, 60))
}

type orderItem struct {
	Name       string  `json:"name"`
	Amount     *amount `json:"amount"`
	SaleAmount *amount `json:"sale_amount"`
	Quantity   int64   `json:"quantity"`
}

type order struct {
	Status   string      `json:"status"`
	Items    []orderItem `json:"items"`
	Subtotal *amount     `json:"subtotal"`
	Tax      *amount     `json:"tax"`
	Shipping *amount     `json:"shipping"`
	Discount *amount     `json:"discount"`
}

type orderDetails struct {
	ReferenceID string  `json:"reference_id"`
	Type        string  `json:"type"`
	Currency    string  `json:"currency"`
	Total       *amount `json:"total_amount"`
	Order       *order  `json:"order"`
}

func checkOrderDetails(raw json.RawMessage) error {
	var parameters json.RawMessage
	if err := decodeParameters(raw, "review_and_pay", &parameters); err != nil {
		return err
	}
	var d orderDetails
	if err := json.Unmarshal(parameters, &d); err != nil {
		return decodeRefusal(actionParam+"['parameters']", err)
	}
	if d.Order == nil {
		return Refuse(CodeMissingParameter, "The parameter order is required.")
	}
	return first(
		checkReferenceID(d.ReferenceID),
		oneOf("type", d.Type, "digital-goods", "physical-goods"),
		oneOf("currency", d.Currency, "INR"),
		d.Total.check("total_amount", true),
		d.Order.check(),
		d.checkTotal(),
	)
}

func checkReferenceID(id string) error {
	ok, err := regexp.MatchString(`^[A-Za-z0-9_.-]{1,35}$`, id)
	if err != nil || !ok {
		return Refuse(CodeInvalidValue, "reference_id must be 1 to 35 characters of [A-Za-z0-9_.-].")
	}
	return nil
}

func (o *order) check() error {
	if len(o.Items) == 0 {
		return Refuse(CodeMissingParameter, "The parameter order['items'] is required.")
	}
	for i := range o.Items {
		if err := o.Items[i].check(); err != nil {
			return err
		}
	}
	return first(
		oneOf("order['status']", o.Status, "pending"),
		o.Subtotal.check("subtotal", true), o.Tax.check("tax", false),
		o.Shipping.check("shipping", false), o.Discount.check("discount", false),
	)
}

func (i *orderItem) check() error {
	if i.Quantity < 1 {
		return Refuse(CodeInvalidValue, "quantity must be a positive integer.")
	}
	err := first(required("item name", i.Name, 60), i.Amount.check("amount", true), i.SaleAmount.check("sale_amount", false))
	if err != nil {
		return err
	}
	if i.SaleAmount != nil && i.SaleAmount.paise() >= i.Amount.paise() {
		return Refuse(CodeInvalidValue, "sale_amount must be less than amount.")
	}
	return nil
}

// checkTotal holds Meta's two sums: subtotal = Σ price × quantity; total = subtotal + tax + shipping − discount.
func (d *orderDetails) checkTotal() error {
	var subtotal int64
	for i := range d.Order.Items {
		item := &d.Order.Items[i]
		price := item.Amount
		if item.SaleAmount != nil {
			price = item.SaleAmount
		}
		subtotal += price.paise() * item.Quantity
	}
	o := d.Order
	if subtotal != o.Subtotal.paise() {
		return Refuse(CodeInvalidValue, "subtotal does not match the sum of the items.")
	}
	if d.Total.paise() != subtotal+o.Tax.paise()+o.Shipping.paise()-o.Discount.paise() {
		return Refuse(CodeInvalidValue, "total_amount does not match subtotal + tax + shipping - discount.")
	}
	return nil
}

func checkOrderStatus(raw json.RawMessage) error {
	var p struct {
		ReferenceID string `json:"reference_id"`
		Order       struct {
			Status      string `json:"status"`
			Description string `json:"description"`
		} `json:"order"`
	}
	if err := decodeParameters(raw, "review_order", &p); err != nil {
		return err
	}
	return first(
		required("reference_id", p.ReferenceID, 64),
		oneOf("order['status']", p.Order.Status, "pending", "processing", "partially_shipped", "shipped", "completed", "canceled"),
		optional("order description", p.Order.Description, 120),
	)
}

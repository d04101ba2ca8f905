package emulator

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

// The shapes of the `messages` webhook (Meta, webhooks/reference/messages).
type change struct {
	Value value  `json:"value"`
	Field string `json:"field"`
}

type value struct {
	MessagingProduct string                       `json:"messaging_product"`
	Metadata         metadata                     `json:"metadata"`
	Contacts         []contact                    `json:"contacts,omitempty"`
	Messages         []map[string]json.RawMessage `json:"messages,omitempty"`
	Statuses         []status                     `json:"statuses,omitempty"`
}

type metadata struct {
	DisplayPhoneNumber string `json:"display_phone_number"`
	PhoneNumberID      string `json:"phone_number_id"`
}

type contact struct {
	Profile *profile `json:"profile,omitempty"`
	WaID    string   `json:"wa_id,omitempty"`
	UserID  string   `json:"user_id"`
}

type profile struct {
	Name string `json:"name"`
}

type status struct {
	ID              string        `json:"id"`
	Status          chat.Status   `json:"status"`
	Timestamp       string        `json:"timestamp"`
	RecipientID     string        `json:"recipient_id,omitempty"`
	RecipientUserID string        `json:"recipient_user_id"`
	Callback        string        `json:"biz_opaque_callback_data,omitempty"`
	Pricing         *pricing      `json:"pricing,omitempty"`
	Errors          []statusError `json:"errors,omitempty"`
}

type pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

type statusError struct {
	Code      int               `json:"code"`
	Title     string            `json:"title"`
	Message   string            `json:"message"`
	ErrorData map[string]string `json:"error_data"`
	Href      string            `json:"href"`
}

func unixSeconds(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

func (n *businessNumber) value() value {
	return value{
		MessagingProduct: "whatsapp",
		Metadata:         metadata{DisplayPhoneNumber: n.digits, PhoneNumberID: n.PhoneNumberID},
	}
}

// contactOf leaves the number out, as Meta does, when the citizen hides it.
func contactOf(p Phone, named bool) contact {
	c := contact{UserID: p.UserID}
	if named {
		c.Profile = &profile{Name: p.Name}
	}
	if !p.Hidden {
		c.WaID = p.Number
	}
	return c
}

func priceOf(m Message) *pricing {
	p := &pricing{Billable: true, Model: "PMP", Type: "regular", Category: "service"}
	if m.Type == "template" {
		var rendered cloudapi.Rendered
		if json.Unmarshal(m.Content, &rendered) == nil && rendered.Category != "" {
			p.Category = rendered.Category
		}
	}
	return p
}

// follow promises the statuses of an accepted message: sent, delivered and, on a phone that reads at once, read.
func (e *Emulator) follow(n *businessNumber, p Phone, m Message) {
	e.after(e.cfg.Delivery.SentDelay, func() {
		e.advance(n, p, m, chat.Sent)
		if m.Type == "reaction" {
			return // Meta tells only that a reaction was sent
		}
		e.after(e.cfg.Delivery.DeliveredDelay, func() {
			e.advance(n, p, m, chat.Delivered)
			if p.Reads {
				e.advance(n, p, m, chat.Read)
			}
		})
	})
}

func (e *Emulator) advance(n *businessNumber, p Phone, m Message, to chat.Status) {
	if e.chats.Advance(n.PhoneNumberID, p.Number, m.ID, to, 0) {
		e.notifyStatus(n, p, m, to)
	}
}

func (e *Emulator) notifyStatus(n *businessNumber, p Phone, m Message, to chat.Status) {
	if e.faults.statusesOff() || (to == chat.Read && p.NoTicks) {
		return
	}
	told := e.statusOf(p, m, to)
	if to == chat.Sent || to == chat.Delivered {
		told.Pricing = priceOf(m)
	}
	v := n.value()
	v.Contacts, v.Statuses = []contact{contactOf(p, false)}, []status{told}
	e.notify(n, change{Value: v, Field: "messages"}, "")
}

func (e *Emulator) notifyFailed(n *businessNumber, p Phone, m Message, why *cloudapi.Error) {
	told := e.statusOf(p, m, chat.Failed)
	told.Errors = []statusError{{
		Code: why.Code, Title: why.Title(), Message: why.Title(), ErrorData: map[string]string{"details": why.Details},
		Href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
	}}
	v := n.value()
	v.Statuses = []status{told}
	e.notify(n, change{Value: v, Field: "messages"}, "")
}

func (e *Emulator) statusOf(p Phone, m Message, to chat.Status) status {
	s := status{
		ID: m.ID, Status: to, Timestamp: unixSeconds(e.now()), RecipientUserID: p.UserID, Callback: m.Callback,
	}
	if !p.Hidden {
		s.RecipientID = p.Number
	}
	return s
}

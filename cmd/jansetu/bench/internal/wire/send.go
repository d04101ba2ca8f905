package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Send is a message of the hub as the generator needs it: to whom, what it says, and what can be pressed.
type Send struct {
	Phone        string // digits with or without +; empty when the send names only the user id
	UserID       string
	CallbackData string
	Text         string
	Choices      []Choice
	List         bool // the choices are list rows
}

// Choice is a reply button or a list row.
type Choice struct {
	ID    string
	Title string
}

// ErrNotAMessage says that a body is a read receipt or a typing indicator.
var ErrNotAMessage = errors.New("not a message to a citizen")

type sendBody struct {
	To           string   `json:"to"`
	Recipient    string   `json:"recipient"`
	CallbackData string   `json:"biz_opaque_callback_data"`
	Type         string   `json:"type"`
	Text         textBody `json:"text"`
	Interactive  struct {
		Body struct {
			Text string `json:"text"`
		} `json:"body"`
		Action struct {
			Buttons []struct {
				Reply choiceBody `json:"reply"`
			} `json:"buttons"`
			Sections []struct {
				Rows []choiceBody `json:"rows"`
			} `json:"sections"`
		} `json:"action"`
	} `json:"interactive"`
}

// ParseSend reads the body of a POST to /{phone number id}/messages. It returns ErrNotAMessage for what no citizen sees.
func ParseSend(body []byte) (Send, error) {
	var b sendBody
	if err := json.Unmarshal(body, &b); err != nil {
		return Send{}, fmt.Errorf("read a send: %w", err)
	}
	if b.To == "" && b.Recipient == "" {
		return Send{}, ErrNotAMessage
	}
	send := Send{Phone: b.To, UserID: b.Recipient, CallbackData: b.CallbackData, Text: b.Text.Body}
	if b.Type == "interactive" {
		send.Text = b.Interactive.Body.Text
		send.readChoices(b)
	}
	return send, nil
}

func (s *Send) readChoices(b sendBody) {
	for _, button := range b.Interactive.Action.Buttons {
		s.Choices = append(s.Choices, Choice(button.Reply))
	}
	for _, section := range b.Interactive.Action.Sections {
		s.List = true
		for _, row := range section.Rows {
			s.Choices = append(s.Choices, Choice(row))
		}
	}
}

// ParseAccepted reads the id of the message out of the answer to an accepted send.
func ParseAccepted(body []byte) (string, error) {
	var answer struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", fmt.Errorf("read the answer to a send: %w", err)
	}
	if len(answer.Messages) == 0 {
		return "", errors.New("the answer to a send names no message")
	}
	return answer.Messages[0].ID, nil
}

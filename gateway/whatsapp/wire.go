package whatsapp

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The wire types name only what we read. encoding/json skips a value of the wrong type and goes on with the rest, which is
// what an envelope of many citizens needs; looseString and looseFloat also take a number where a string is meant, and back.

type wireEnvelope struct {
	Entry []struct {
		Changes []struct {
			Field looseString `json:"field"`
			Value wireValue   `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

type wireValue struct {
	Metadata struct {
		PhoneNumberID looseString `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts []wireContact `json:"contacts"`
	Messages []wireMessage `json:"messages"`
	Statuses []wireStatus  `json:"statuses"`
	Errors   []wireError   `json:"errors"`
}

type wireContact struct {
	Profile struct {
		Name looseString `json:"name"`
	} `json:"profile"`
	WaID         looseString `json:"wa_id"`
	UserID       looseString `json:"user_id"`
	ParentUserID looseString `json:"parent_user_id"`
}

type wireMessage struct {
	From         looseString `json:"from"`
	UserID       looseString `json:"from_user_id"`
	ParentUserID looseString `json:"from_parent_user_id"`
	GroupID      looseString `json:"group_id"`
	ID           looseString `json:"id"`
	Timestamp    looseString `json:"timestamp"`
	Type         looseString `json:"type"`
	Context      struct {
		ID looseString `json:"id"`
	} `json:"context"`
	Text struct {
		Body looseString `json:"body"`
	} `json:"text"`
	Image    wireMedia `json:"image"`
	Document wireMedia `json:"document"`
	Audio    wireMedia `json:"audio"`
	Voice    wireMedia `json:"voice"`
	Location struct {
		Latitude  looseFloat  `json:"latitude"`
		Longitude looseFloat  `json:"longitude"`
		Name      looseString `json:"name"`
	} `json:"location"`
	Interactive struct {
		ButtonReply wireReply `json:"button_reply"`
		ListReply   wireReply `json:"list_reply"`
		FormReply   struct {
			Name     looseString `json:"name"`
			Response looseString `json:"response_json"`
		} `json:"nfm_reply"`
	} `json:"interactive"`
	Button struct {
		Payload looseString `json:"payload"`
		Text    looseString `json:"text"`
	} `json:"button"`
	System wireSystem `json:"system"`
}

type wireMedia struct {
	ID       looseString `json:"id"`
	MIMEType looseString `json:"mime_type"`
	Caption  looseString `json:"caption"`
	FileName looseString `json:"filename"`
}

type wireReply struct {
	ID    looseString `json:"id"`
	Title looseString `json:"title"`
}

type wireSystem struct {
	Type                 looseString `json:"type"`
	WaID                 looseString `json:"wa_id"`
	UserID               looseString `json:"user_id"`
	ParentUserID         looseString `json:"parent_user_id"`
	PreviousUserID       looseString `json:"previous_user_id"`
	PreviousParentUserID looseString `json:"previous_parent_user_id"`
}

type wireStatus struct {
	ID        looseString `json:"id"`
	Type      looseString `json:"type"`
	Status    looseString `json:"status"`
	Timestamp looseString `json:"timestamp"`
	Callback  looseString `json:"biz_opaque_callback_data"`
	Errors    []wireError `json:"errors"`
}

type wireError struct {
	Code      looseFloat `json:"code"`
	ErrorData struct {
		Details looseString `json:"details"`
	} `json:"error_data"`
}

// looseString is a string, or a number as it was written; anything else is empty.
type looseString string

// UnmarshalJSON never fails: an error would end the whole envelope.
func (s *looseString) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		var text string
		if json.Unmarshal(data, &text) == nil {
			*s = looseString(clean(text))
		}
		return nil
	}
	if _, err := strconv.ParseFloat(string(data), 64); err == nil {
		*s = looseString(data)
	}
	return nil
}

// looseFloat is a number, or a string that holds one; anything else is 0.
type looseFloat float64

// UnmarshalJSON never fails: an error would end the whole envelope.
func (f *looseFloat) UnmarshalJSON(data []byte) error {
	if number, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64); err == nil && number-number == 0 {
		*f = looseFloat(number)
	}
	return nil
}

// clean makes text storable: PostgreSQL takes neither NUL nor invalid UTF-8.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

// eventTime reads unix seconds; some senders have been seen to give milliseconds. The zero time means unreadable.
func (s looseString) eventTime() time.Time {
	seconds, err := strconv.ParseInt(string(s), 10, 64)
	switch {
	case err != nil || seconds <= 0 || seconds >= 1e15:
		return time.Time{}
	case seconds >= 1e12:
		return time.UnixMilli(seconds).UTC()
	default:
		return time.Unix(seconds, 0).UTC()
	}
}

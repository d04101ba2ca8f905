package simulate

import (
	"context"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
)

const (
	textOTP     catalog.TextKey = "challenge.otp"
	textCaptcha catalog.TextKey = "challenge.captcha"
)

// readLetters types what the picture shows that a portal sent, not always at the first try.
func (c *citizen) readLetters(ctx context.Context, portal string, h phone.Shown) {
	letters, err := c.town.hub.Letters(ctx, portal, h.Picture)
	if err != nil {
		c.town.log.Debug("citizen cannot read the picture", "error", err)
		return
	}
	if c.indulges(habitTypo) {
		letters = "WRONG"
	}
	c.write(letters)
}

// typeCode types the code that a portal sent by SMS, in the digits of the citizen's script where that is a habit.
func (c *citizen) typeCode(ctx context.Context, portal, mobile string) {
	if c.indulges(habitLate) {
		wait(ctx, lateAfter)
	}
	code := c.town.hub.Code(portal, mobile)
	switch {
	case code == "":
		c.town.log.Debug("citizen has no code")
		return
	case c.indulges(habitOwnDigits):
		code = inScript(code, c.Language)
	}
	c.write(code)
}

// zeros are the zeros of the scripts that people type numbers in.
var zeros = map[catalog.Language]rune{"hi": '०', "mr": '०', "te": '౦', "or": '୦', "pa": '੦'} //nolint:gochecknoglobals // a constant

func inScript(digits string, language catalog.Language) string {
	zero, known := zeros[language]
	if !known {
		return digits
	}
	return strings.Map(func(digit rune) rune { return zero + digit - '0' }, digits)
}

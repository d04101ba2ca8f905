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

	textNoSuchName catalog.TextKey = "choose.none"
	textTypeAgain  catalog.TextKey = "choose.type_again"
)

// asks tells whether a service's portal is who asks for something with a text.
func (c *citizen) asks(h phone.Shown, key catalog.TextKey, service *catalog.Service) bool {
	portal, known := c.town.services.Portal(service.Portal.Name)
	return known && c.phrases.Said(h, key) && c.phrases.Saying(h, portal.Title.In(c.Language))
}

// saysNameAgain types a name of the form's once more that the portal's list does not have, the next one each time: a citizen who mixed the answers up
// comes to the right one.
func (c *citizen) saysNameAgain(h phone.Shown) bool {
	var names []string
	for i := range c.service.Form {
		if field := &c.service.Form[i]; field.PortalChoice && field.Example != "" {
			names = append(names, field.Example)
		}
	}
	if !c.sent || len(names) == 0 || !c.phrases.Said(h, textNoSuchName) && !c.phrases.Said(h, textTypeAgain) {
		return false
	}
	c.write(names[c.tried%len(names)])
	c.tried++
	return true
}

// readLetters types what the picture shows that a portal sent, not always at the first try.
func (c *citizen) readLetters(ctx context.Context, portal string, h phone.Shown) {
	letters, err := c.town.hub.Letters(ctx, portal, h.Picture)
	if err != nil {
		c.town.log.Warn("citizen cannot read the picture", "portal", portal, "error", err)
		return
	}
	if c.indulges(habitTypo) {
		letters = "WRONG"
	}
	c.write(letters)
}

// typeCode types the code that a portal sent by SMS, in the digits of the citizen's script where that is a habit. A code is typed once: it is not
// of this errand when there is no new one.
func (c *citizen) typeCode(ctx context.Context, portal, mobile string) (typed bool) {
	if c.indulges(habitLate) {
		wait(ctx, lateAfter)
	}
	code := c.town.hub.Code(portal, mobile)
	if code == "" || c.typed[code] {
		c.town.log.Debug("citizen has no new code")
		return false
	}
	c.typed[code] = true
	if c.indulges(habitOwnDigits) {
		code = inScript(code, c.Language)
	}
	c.write(code)
	return true
}

// zeros are the zeros of the scripts that people type numbers in.
var zeros = map[catalog.Language]rune{"hi": '०', "mr": '०', "te": '౦', "or": '୦', "pa": '੦'}

func inScript(digits string, language catalog.Language) string {
	zero, known := zeros[language]
	if !known {
		return digits
	}
	return strings.Map(func(digit rune) rune { return zero + digit - '0' }, digits)
}

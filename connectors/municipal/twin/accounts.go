package twin

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Town is where the accounts of Accounts are.
const Town = "pb.amritsar"

// AndhraTown has the same holders and amounts, for more services: their codes begin with AP-PT, AP-WS and AP-SW.
const AndhraTown = "ap.vijayawada"

// service is the code of property tax.
const service = "PT"

// book is the accounts of one service in one town, by how their codes begin; or one account alone, when it has no number of six digits.
type book struct {
	prefix, town, service string
	alone                 bool
	given                 bool // by the Config
}

func books() []book {
	return []book{
		{prefix: "PB-PT-2026-", town: Town, service: service},
		{prefix: "AP-PT-2026-", town: AndhraTown, service: service}, {prefix: "AP-WS-2026-", town: AndhraTown, service: "WS"},
		{prefix: "AP-SW-2026-", town: AndhraTown, service: "SW"},
	}
}

// Book is the accounts of one service in one town that a twin has beside the documented ones.
type Book struct {
	Town, Service string
	// Account is one of them. When it ends in the number of a documented holder, all of these have accounts with the same beginning; else
	// it is the only one, and the first holder's.
	Account string
}

// books are the given ones, then those that every twin has.
func (t *Twin) books() []book {
	list := make([]book, 0, len(t.config.Books)+len(books()))
	for _, each := range t.config.Books {
		made := book{prefix: each.Account, town: each.Town, service: each.Service, alone: true, given: true}
		for _, holder := range Accounts() {
			if prefix, same := strings.CutSuffix(each.Account, tail(holder.Code)); same {
				made.prefix, made.alone = prefix, false
			}
		}
		list = append(list, made)
	}
	return append(list, books()...)
}

// tail is the number that a code ends in.
func tail(code string) string {
	code = strings.Repeat("0", numberLength) + code
	return code[len(code)-numberLength:]
}

const numberLength = 6

// Account is an invented property.
type Account struct {
	Code, Owner, Mobile string
	Town, Service       string
	// About says in words what is special, for the control page.
	About string
	// Rupees of this year and of last year.
	Amount, Arrears int64
	paid, unbilled  bool
	notOnline       bool
	given           bool
}

// Accounts lists the documented accounts.
func Accounts() []Account {
	list := []Account{
		{Owner: "Harpreet Kaur", About: "due", Amount: 2400},
		{Owner: "Gurdev Singh", About: "due, with arrears", Amount: 1860, Arrears: 3120},
		{Owner: "Neelam Sharma", About: "already paid", Amount: 2100, paid: true},
		{Owner: "Baldev Raj", About: "no bill yet", unbilled: true},
		{Owner: "Simran Gill", About: "due; online payment is refused", Amount: 980, notOnline: true},
		{Owner: "Majha Cold Store", About: "due, large", Amount: 125_000},
	}
	for i := range list {
		list[i].Code, list[i].Mobile = fmt.Sprintf("PB-PT-2026-%06d", 101+i), fmt.Sprintf("90000001%02d", i+1)
		list[i].Town, list[i].Service = Town, service
	}
	return list
}

// AccountCode is the code of the i-th generated account, for i from 0 to 99,999.
func AccountCode(i int) string { return fmt.Sprintf("PB-PT-2026-9%05d", i%100_000) }

var generatedNumber = regexp.MustCompile(`^9\d{5}$`)

// findAccount answers the account of a service; of any when none is named.
func (t *Twin) findAccount(code, service string) (Account, bool) {
	for _, book := range t.books() {
		if account, known := book.account(code); known && (service == "" || service == book.service) {
			return account, true
		}
	}
	return Account{}, false
}

func (b book) account(code string) (Account, bool) {
	number, of := strings.CutPrefix(code, b.prefix)
	if !of {
		return Account{}, false
	}
	account, known := numbered(number, code)
	if b.alone {
		account, known = Accounts()[0], number == ""
	}
	account.Code, account.Town, account.Service, account.given = code, b.town, b.service, b.given
	return account, known
}

// numbered is the holder of a number, who has the same in every book.
func numbered(number, code string) (Account, bool) {
	for _, account := range Accounts() {
		if strings.HasSuffix(account.Code, number) && len(number) == 6 {
			return account, true
		}
	}
	return Account{Owner: "Owner " + number, Mobile: "90000" + number[min(1, len(number)):], Amount: int64(mix(code)%9000) + 500},
		generatedNumber.MatchString(number)
}

func mix(text string) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(text))
	return hash.Sum32()
}

var indianTime = time.FixedZone("IST", 5*3600+30*60)

// year is the April that a financial year begins with.
func year(now time.Time) time.Time {
	local := now.In(indianTime)
	began := time.Date(local.Year(), time.April, 1, 0, 0, 0, 0, indianTime)
	if local.Before(began) {
		began = began.AddDate(-1, 0, 0)
	}
	return began
}

// bill is what billing v2 makes of an account.
func (a Account) bill(now time.Time) fields {
	began := year(now)
	named := a.Code
	if a.given {
		named += a.Service // services may have given the same code
	}
	id := fmt.Sprintf("%08x-0000-4000-8000-%s0000%s", mix(named), began.Format("06"), tail(a.Code))
	detail := func(from time.Time, rupees int64) fields {
		return fields{
			"id": id + "-" + from.Format("06"), "tenantId": a.Town, "billId": id, "amount": rupees,
			"fromPeriod": from.UnixMilli(), "toPeriod": from.AddDate(1, 0, 0).UnixMilli() - 1, "expiryDate": began.AddDate(1, 0, 0).UnixMilli() - 1,
		}
	}
	details := []fields{detail(began, a.Amount)}
	if a.Arrears > 0 {
		details = append(details, detail(began.AddDate(-1, 0, 0), a.Arrears))
	}
	return fields{
		"id": id, "billNumber": "BILLNO-" + shortCode(a.Service) + "-" + began.Format("06") + tail(a.Code), "billDate": began.AddDate(0, 0, 14).UnixMilli(),
		"tenantId": a.Town, "consumerCode": a.Code, "businessService": a.Service, "status": "ACTIVE",
		"payerName": a.Owner, "mobileNumber": a.Mobile, "totalAmount": a.total(), "billDetails": details,
	}
}

// shortCode is how bills and receipts name a service: the whole code of one such as "PT", the group of one such as "CH.Plastic_Challan"
// with a number that tells it from the others.
func shortCode(service string) string {
	group, rest, parted := strings.Cut(service, ".")
	if !parted {
		return service
	}
	return fmt.Sprintf("%s%04d", group, mix(rest)%10_000)
}

func (a Account) total() int64 { return a.Amount + a.Arrears }

// rupeesOf reads a JSON number of rupees; anything but whole rupees is false.
func rupeesOf(number string) (int64, bool) {
	whole, fraction, _ := strings.Cut(number, ".")
	rupees, err := strconv.ParseInt(whole, 10, 64)
	return rupees, err == nil && strings.Trim(fraction, "0") == ""
}

package identitynumber

import (
	"slices"
	"strconv"
)

const (
	aadhaarDigits   = 12
	virtualIDDigits = 16
	leastDigits     = 12
	mostDigits      = 19
)

// classify says what a number is by its length, prefix and check digit; empty: none of the kinds.
func classify(digits string) Kind {
	verhoeff := digits[0] >= '2' && validVerhoeff(digits)
	switch {
	case len(digits) == aadhaarDigits && verhoeff:
		return Aadhaar
	case isCard(digits) && validLuhn(digits):
		return Card
	case len(digits) == virtualIDDigits && verhoeff:
		return VirtualID
	}
	return ""
}

// The Verhoeff scheme: multiplication in the dihedral group D5, and the permutations that each position applies
// (J. Verhoeff, Error Detecting Decimal Codes, Mathematical Centre Tracts 29, 1969).
var (
	dihedral = [10][10]byte{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
		{4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
		{8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
	}
	permutations = [8][10]byte{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
		{9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
	}
)

func validVerhoeff(digits string) bool {
	var check byte
	for i := range len(digits) {
		digit := digits[len(digits)-1-i] - '0'
		check = dihedral[check][permutations[i%8][digit]]
	}
	return check == 0
}

func validLuhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		digit := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return sum%10 == 0
}

// network is a range of the first six digits and the lengths its cards have.
type network struct {
	from, to int
	lengths  []int
}

// networks are those of the cards in use in India (ISO/IEC 7812 issuer ranges as the networks publish them).
func networks() []network {
	return []network{
		{400000, 499999, []int{13, 16, 19}},                              // Visa
		{510000, 559999, []int{16}},                                      // Mastercard
		{222100, 272099, []int{16}},                                      // Mastercard
		{340000, 349999, []int{15}},                                      // American Express
		{370000, 379999, []int{15}},                                      // American Express
		{508500, 508999, []int{16}},                                      // RuPay
		{606900, 608999, []int{16}},                                      // RuPay
		{650000, 659999, []int{16, 19}},                                  // RuPay, Discover
		{817200, 820199, []int{16}},                                      // RuPay
		{353000, 353999, []int{16}},                                      // RuPay with JCB
		{356000, 356999, []int{16}},                                      // RuPay with JCB
		{352800, 358999, []int{16, 19}},                                  // JCB
		{601100, 601199, []int{16, 19}},                                  // Discover
		{644000, 649999, []int{16, 19}},                                  // Discover
		{300000, 305999, []int{14}},                                      // Diners Club
		{360000, 369999, []int{14}},                                      // Diners Club
		{380000, 399999, []int{14, 16}},                                  // Diners Club
		{500000, 508499, []int{16, 19}}, {560000, 589999, []int{16, 19}}, // Maestro
		{620000, 629999, []int{16, 17, 18, 19}}, // UnionPay
	}
}

func isCard(digits string) bool {
	if len(digits) < 13 {
		return false
	}
	prefix, err := strconv.Atoi(digits[:6])
	if err != nil {
		return false
	}
	for _, n := range networks() {
		if prefix < n.from || prefix > n.to {
			continue
		}
		if slices.Contains(n.lengths, len(digits)) {
			return true
		}
	}
	return false
}

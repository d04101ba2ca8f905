#!/usr/bin/env bash
# Installs what the system lacks (Debian, Ubuntu) or says what to install (macOS, others): deps.sh run|test|hsm|realportal
set -euo pipefail

purpose=${1:-run}

any_file() { compgen -G "$1" >/dev/null; }

has_postgres() {
	any_file '/usr/lib/postgresql/1[5-9]/bin/initdb' || any_file '/opt/homebrew/opt/postgresql@1[5-9]/bin/initdb' ||
		any_file '/usr/local/opt/postgresql@1[5-9]/bin/initdb' || command -v initdb >/dev/null
}

has_browser() {
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
		any_file '/Applications/Google Chrome.app' || any_file '/Applications/Chromium.app'
}

has_softhsm() { command -v softhsm2-util >/dev/null; }

has_mono() { command -v fastcgi-mono-server4 >/dev/null; }

has_aspnet_samples() { [[ -d /usr/share/asp.net-demos ]]; }

has_mono_compiler() { command -v mcs >/dev/null; }

has_mono_services() { any_file '/usr/lib/mono/4.5/System.Web.Services.dll'; }

has_poppler() { command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null; }

has_zbar() { command -v zbarimg >/dev/null; }

has_openssl() { command -v openssl >/dev/null; }

has_qpdf() { command -v qpdf >/dev/null; }

has_harfbuzz() { command -v hb-shape >/dev/null; }

# The archive validator of Apache PDFBox (preflight), as Debian ships it; elsewhere its tests are skipped.
has_jar() { any_file "/usr/share/java/$1.jar" || [[ $(uname) == Darwin ]]; }

has_preflight() { has_jar preflight; }

has_activation() { has_jar javax.activation; }

has_jaxb() { has_jar jaxb-api; }

has_java() { command -v java >/dev/null || [[ $(uname) == Darwin ]]; }

has_tesseract() { [[ $(tesseract --list-langs 2>/dev/null) == *eng* ]]; }

has_fonts() {
	any_file '/usr/share/fonts/*/noto/NotoSansTelugu*' || [[ $(uname) == Darwin ]] # macOS has fonts for every Indian script
}

debian=() brew=()
need() { # need CHECK DEBIAN-PACKAGE BREW-ARGUMENTS
	"$1" && return
	debian+=("$2")
	brew+=("$3")
}

need has_postgres postgresql postgresql@17
need has_fonts fonts-noto-core ''
if [[ $purpose == test ]]; then
	need has_browser chromium '--cask google-chrome'
	need has_poppler poppler-utils poppler
	need has_tesseract tesseract-ocr tesseract # with English
	need has_harfbuzz libharfbuzz-bin harfbuzz
	need has_openssl openssl openssl
	need has_qpdf qpdf qpdf
	need has_zbar zbar-tools zbar
	need has_java default-jre-headless ''
	need has_preflight libpdfbox2-java ''
	need has_activation libactivation-java ''
	need has_jaxb libjaxb-api-java ''
fi
if [[ $purpose == hsm ]]; then
	need has_softhsm softhsm2 softhsm
fi
if [[ $purpose == realportal ]]; then
	if [[ $(uname) == Darwin ]]; then
		echo 'The samples of ASP.NET are a package of Debian and Ubuntu; there is none for macOS.' >&2
		exit 1
	fi
	need has_mono mono-fastcgi-server4 ''
	need has_aspnet_samples asp.net-examples ''
	need has_mono_compiler mono-mcs ''
	need has_mono_services libmono-system-web-services4.0-cil ''
fi
((${#debian[@]})) || exit 0

if [[ $(uname) == Darwin ]]; then
	echo 'Missing on this Mac. Install it, then run make again:' >&2
	printf '  brew install %s\n' "${brew[@]}" >&2
	exit 1
fi
if ! command -v apt-get >/dev/null; then
	echo "Missing on this machine: install what Debian calls ${debian[*]} (PostgreSQL 15 or newer), then run make again." >&2
	exit 1
fi

as_root=()
if ((EUID != 0)); then
	if ! command -v sudo >/dev/null; then
		echo "Missing: ${debian[*]}. As root, run: apt-get install ${debian[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi
echo "== installing ${debian[*]} (apt-get)"
${as_root[@]+"${as_root[@]}"} apt-get update -qq
${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${debian[@]}" >/dev/null

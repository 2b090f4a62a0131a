"""The messages of this package, by language."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, str]] = {
    "zh": {
        "The CSRF token is missing.": "缺少 CSRF 令牌。",
        "The CSRF session token is missing.": "会话中没有 CSRF 令牌。",
        "The CSRF token has expired.": "CSRF 令牌已过期。",
        "The CSRF token is invalid.": "CSRF 令牌无效。",
        "The CSRF tokens do not match.": "CSRF 令牌不匹配。",
        "The request comes from another site.": "该请求来自其他网站。",
        "The referrer header is missing.": "缺少 Referer 标头。",
        "The referrer does not match the host.": "Referer 与主机不匹配。",
        "File does not have an approved extension: {extensions}": (
            "文件扩展名不被允许，可用的扩展名：{extensions}"
        ),
        "File does not have an approved extension.": "文件扩展名不被允许。",
        "File must be between {min_size} and {max_size} bytes.": (
            "文件大小必须在 {min_size} 到 {max_size} 字节之间。"
        ),
        "Already exists.": "已存在。",
        "Please correct what is marked below.": "请更正下面标出的内容。",
        "required": "必填",
    },
    "zh_TW": {
        "The CSRF token is missing.": "缺少 CSRF 權杖。",
        "The CSRF session token is missing.": "工作階段中沒有 CSRF 權杖。",
        "The CSRF token has expired.": "CSRF 權杖已過期。",
        "The CSRF token is invalid.": "CSRF 權杖無效。",
        "The CSRF tokens do not match.": "CSRF 權杖不相符。",
        "The request comes from another site.": "此請求來自其他網站。",
        "The referrer header is missing.": "缺少 Referer 標頭。",
        "The referrer does not match the host.": "Referer 與主機不相符。",
        "File does not have an approved extension: {extensions}": (
            "不允許此副檔名，可用的副檔名：{extensions}"
        ),
        "File does not have an approved extension.": "不允許此副檔名。",
        "File must be between {min_size} and {max_size} bytes.": (
            "檔案大小必須介於 {min_size} 到 {max_size} 位元組之間。"
        ),
        "Already exists.": "已存在。",
        "Please correct what is marked below.": "請更正下方標示的內容。",
        "required": "必填",
    },
    "de": {
        "The CSRF token is missing.": "Das CSRF-Token fehlt.",
        "The CSRF session token is missing.": "Das CSRF-Token der Sitzung fehlt.",
        "The CSRF token has expired.": "Das CSRF-Token ist abgelaufen.",
        "The CSRF token is invalid.": "Das CSRF-Token ist ungültig.",
        "The CSRF tokens do not match.": "Die CSRF-Token stimmen nicht überein.",
        "The request comes from another site.": "Die Anfrage kommt von einer anderen Website.",
        "The referrer header is missing.": "Der Referer-Header fehlt.",
        "The referrer does not match the host.": "Der Referer passt nicht zum Host.",
        "File does not have an approved extension: {extensions}": (
            "Diese Dateiendung ist nicht erlaubt. Erlaubt sind: {extensions}"
        ),
        "File does not have an approved extension.": "Diese Dateiendung ist nicht erlaubt.",
        "File must be between {min_size} and {max_size} bytes.": (
            "Die Datei muss zwischen {min_size} und {max_size} Bytes groß sein."
        ),
        "Already exists.": "Gibt es schon.",
        "Please correct what is marked below.": "Bitte korrigieren Sie, was unten markiert ist.",
        "required": "erforderlich",
    },
}

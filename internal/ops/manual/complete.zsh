#compdef praksis
# Completion of praksis for zsh: praksis completion zsh >"${fpath[1]}/_praksis"
_praksis() {
    local -a found
    local line
    for line in "${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] && found+=("${${line//:/\\:}/$'\t'/:}")
    done
    if (( $#found )); then
        _describe praksis found
    else
        _files
    fi
}
if [[ ${funcstack[1]} == _praksis ]]; then
    _praksis "$@"
else
    compdef _praksis praksis
fi

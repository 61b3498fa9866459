# Completion of praksis for fish: praksis completion fish >~/.config/fish/completions/praksis.fish
function __praksis_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] completion words -- $words[2..-1] 2>/dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c praksis -f -a '(__praksis_complete)'

/**
 * What bash runs at a tab. The library's own script calls a function of the package bash-completion, cannot be read
 * twice, has bash run what stands in the line, and leaves no file names to the shell; this one needs bash alone, and
 * works with the 3.2 of macOS.
 *
 * Bash breaks words at "=" and ":", too, and puts what is offered behind the last break: so the words are joined again
 * for the program, and of its answers what stands before that break is left out.
 */
export function bashCompletion(name: string): string {
  return `# bash completion for ${name}

__${name}_complete() {
    local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} words=() word rest index
    for ((index = 0; index <= COMP_CWORD; index++)); do
        rest=\${line#"\${line%%[![:blank:]]*}"}
        word=\${COMP_WORDS[index]}
        # Of the last word what stands before the cursor.
        ((index < COMP_CWORD)) || word=$rest
        if ((index == 0)) || [[ $rest != "$line" ]]; then
            words+=("$word")
        else
            words[\${#words[@]}-1]+=$word
        fi
        line=\${rest#"$word"}
    done

    local out directive value
    local current=\${words[\${#words[@]}-1]}
    local before=\${current%"\${current##*[=:]}"}
    out=$(${name} complete -- "\${words[@]:1}" 2>/dev/null) || return
    directive=\${out##*:}
    COMPREPLY=()
    while IFS= read -r value; do
        value=\${value%%$'\\t'*}
        [[ -n $value ]] || continue
        printf -v value %q "\${value#"$before"}"
        COMPREPLY+=("$value")
    done <<<"\${out%:*}"

    # Where nothing is offered, bash completes names of files, unless the program says that none is wanted.
    if ((directive & 4)); then
        compopt +o default 2>/dev/null
    fi
    return 0
}

complete -o default -F __${name}_complete ${name}
`;
}

def größe(été):
    Ω = "<|frame_sep|> \t \n ☃ 😀"
    return Ω + été


größe('"quoted"\'')  # << START_OF_TRACE

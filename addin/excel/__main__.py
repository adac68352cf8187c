"""`python -m addin.excel ACTION --argument=TEXT --wb=NAME --hwnd=NUMBER`, as the macro runs it in Windows."""

from addin.excel.started import main

if __name__ == "__main__":
    main()

Attribute VB_Name = "Mastersheet"
' The buttons of this workbook. The program mastersheet does the work: this module finds it, starts it, and says
' what to do when it cannot be started. It starts no other program than the one which your own list names.
Option Explicit

Private Const SETTINGS_TAB As String = "Button"
Private Const TITLE As String = "Mastersheet"

Public Sub RefreshCounts()
    StartProgram "refresh", ""
End Sub

Public Sub RefreshThisSku()
    StartProgram "sku", ""
End Sub

Public Sub CheckToday()
    StartProgram "today", ""
End Sub

Public Sub TraceThisRow()
    StartProgram "trace", ""
End Sub

Public Sub ThisRowAsOf()
    Dim asked As String
    asked = Trim(InputBox("This row as of which day (YYYY-MM-DD), or which refresh (its number)?", TITLE))
    If asked = "" Then Exit Sub
    If Not IsPlain(asked) Then
        MsgBox "'" & asked & "' is neither a day, such as 2026-10-05, nor a refresh's number, such as 12.", vbExclamation, TITLE
        Exit Sub
    End If
    StartProgram "as-of", asked
End Sub

Public Sub RestoreLastRefresh()
    If MsgBox("Bring back what stood here before the last refresh?", vbOKCancel, TITLE) <> vbOK Then Exit Sub
    StartProgram "restore", ""
End Sub

' What the ribbon calls: the same, with the button that was pressed.

Public Sub RibbonRefreshCounts(control As Object)
    RefreshCounts
End Sub

Public Sub RibbonRefreshThisSku(control As Object)
    RefreshThisSku
End Sub

Public Sub RibbonCheckToday(control As Object)
    CheckToday
End Sub

Public Sub RibbonTraceThisRow(control As Object)
    TraceThisRow
End Sub

Public Sub RibbonThisRowAsOf(control As Object)
    ThisRowAsOf
End Sub

Public Sub RibbonRestoreLastRefresh(control As Object)
    RestoreLastRefresh
End Sub

Private Sub StartProgram(ByVal action As String, ByVal argument As String)
    Dim python As String, listed As String, refused As String
    If Not HasSettings() Then
        MsgBox "The hidden tab " & SETTINGS_TAB & " of this workbook is not there, and with it the place of this brand's folder. " & _
            "Bring it back from a backup of the workbook.", vbExclamation, TITLE
        Exit Sub
    End If
    listed = OwnList()
    python = PlaceOfPython(Setting(PythonSetting()), listed)
    refused = WhyNot(python, listed, Setting("Brand Folder"))
    If refused <> "" Then
        MsgBox refused, vbExclamation, TITLE
        Exit Sub
    End If
    If Setting("Brand Folder") = "" Then AskForFolder
    If Setting("Brand Folder") = "" Then Exit Sub
    #If Mac Then
        StartOnMac python, ListedValue(listed, "script"), action, argument
    #Else
        StartOnWindows python, action, argument
    #End If
End Sub

Private Sub StartOnWindows(ByVal python As String, ByVal action As String, ByVal argument As String)
    Dim command As String, code As Long
    ' -I: nothing of the folder that Excel happens to stand in is run.
    command = Quoted(python) & " -I -m addin.excel " & action & " " & Quoted("--argument=" & argument)
    command = command & " " & Quoted("--wb=" & ThisWorkbook.Name) & " --from_xl=1 --hwnd=" & Application.Hwnd
    Application.StatusBar = "Mastersheet is starting ..."
    On Error GoTo NotStarted
    code = CreateObject("WScript.Shell").Run(command, 0, True)
    On Error GoTo 0
    Application.StatusBar = False
    ' 0: done. 2: the program has said itself why not.
    If code = 0 Or code = 2 Then Exit Sub
    MsgBox "The program ended with code " & code & " before it could say why. Run in a terminal: mastersheet doctor " & _
        Quoted(Setting("Brand Folder")), vbExclamation, TITLE
    Exit Sub
NotStarted:
    Application.StatusBar = False
    MsgBox python & " could not be started (" & Err.Description & "). Run in a terminal: mastersheet doctor " & _
        Quoted(Setting("Brand Folder")), vbExclamation, TITLE
End Sub

#If Mac Then
Private Sub StartOnMac(ByVal python As String, ByVal script As String, ByVal action As String, ByVal argument As String)
    Dim parameters As String, command As String
    command = "import addin.excel; addin.excel.pressed('" & action & "', '" & argument & "')"
    ' The script's own six fields: where to look for modules, Python, what to run, workbook, Excel, log.
    parameters = "false;;;;;|" & python & "|" & command & "|" & ThisWorkbook.Name & "|"
    parameters = parameters & Left(Application.Path, Len(Application.Path) - 4) & "|" & Environ("HOME") & "/mastersheet.log"
    Application.StatusBar = "Mastersheet is starting ..."
    On Error GoTo NotStarted
    AppleScriptTask script, "VbaHandler", parameters
    Exit Sub
NotStarted:
    Application.StatusBar = False
    MsgBox "The script " & script & " is not installed. Run in a terminal once: xlwings runpython install", vbExclamation, TITLE
End Sub
#End If

' Why Python at this place is not started; empty when it may be. listed: your own list, line by line.
Public Function WhyNot(ByVal python As String, ByVal listed As String, ByVal folder As String) As String
    Dim allow As String
    If folder = "" Then folder = "the brand's folder"
    allow = "run in a terminal, once on this computer: mastersheet doctor " & Quoted(folder) & " --allow"
    If python = "" Then
        WhyNot = "Excel does not know yet which Python to start. To tell it, " & allow
    ElseIf Not IsListed(python, listed) Then
        WhyNot = "This workbook asks to start " & python & ", which your own list does not name. If you trust it, " & allow
    Else
        WhyNot = ""
    End If
End Function

' The place that the workbook names, with its %NAMES% filled in; without one the first of your own list.
Public Function PlaceOfPython(ByVal named As String, ByVal listed As String) As String
    If named = "" Then
        PlaceOfPython = ListedValue(listed, "python")
    Else
        PlaceOfPython = Expanded(named)
    End If
End Function

Private Function IsListed(ByVal python As String, ByVal listed As String) As Boolean
    Dim lines() As String, at As Long
    IsListed = False
    lines = Split(listed, vbLf)
    For at = LBound(lines) To UBound(lines)
        If LCase(Trim(lines(at))) = LCase("python=" & python) Then IsListed = True
    Next at
End Function

Private Function ListedValue(ByVal listed As String, ByVal name As String) As String
    Dim lines() As String, at As Long
    ListedValue = ""
    lines = Split(listed, vbLf)
    For at = UBound(lines) To LBound(lines) Step -1
        If Left(lines(at), Len(name) + 1) = name & "=" Then ListedValue = Trim(Mid(lines(at), Len(name) + 2))
    Next at
End Function

' %USERPROFILE% and the like, as this computer knows them.
Private Function Expanded(ByVal text As String) As String
    Dim first As Long, last As Long, value As String
    first = InStr(text, "%")
    Do While first > 0
        last = InStr(first + 1, text, "%")
        If last = 0 Then Exit Do
        value = Environ(Mid(text, first + 1, last - first - 1))
        text = Left(text, first - 1) & value & Mid(text, last + 1)
        ' A value may hold the sign itself: the search goes on after it.
        first = InStr(first + Len(value), text, "%")
    Loop
    Expanded = text
End Function

Private Function IsPlain(ByVal text As String) As Boolean
    Dim at As Long
    IsPlain = Len(text) <= 30
    For at = 1 To Len(text)
        If InStr("0123456789-:T", Mid(text, at, 1)) = 0 Then IsPlain = False
    Next at
End Function

Private Function Quoted(ByVal text As String) As String
    Quoted = Chr(34) & Replace(text, Chr(34), "") & Chr(34)
End Function

Private Function PythonSetting() As String
    #If Mac Then
        PythonSetting = "Python (Mac)"
    #Else
        PythonSetting = "Python (Windows)"
    #End If
End Function

Private Function HasSettings() As Boolean
    Dim sheet As Object
    HasSettings = False
    For Each sheet In ThisWorkbook.Worksheets
        If sheet.Name = SETTINGS_TAB Then HasSettings = True
    Next sheet
End Function

Private Function Setting(ByVal name As String) As String
    Dim row As Long
    Setting = ""
    For row = 1 To 20
        If ThisWorkbook.Worksheets(SETTINGS_TAB).Cells(row, 1).Value = name Then
            Setting = Trim(CStr(ThisWorkbook.Worksheets(SETTINGS_TAB).Cells(row, 2).Value))
        End If
    Next row
End Function

Private Sub AskForFolder()
    Dim folder As String, row As Long
    folder = InputBox("Where is this brand's folder, the one with mastersheet.toml? It is asked once.", TITLE)
    For row = 1 To 20
        If ThisWorkbook.Worksheets(SETTINGS_TAB).Cells(row, 1).Value = "Brand Folder" Then
            ThisWorkbook.Worksheets(SETTINGS_TAB).Cells(row, 2).Value = Trim(folder)
        End If
    Next row
End Sub

' Your own list of what Excel may start, which `mastersheet doctor --allow` writes; empty when there is none.
Private Function OwnList() As String
    OwnList = ""
    On Error GoTo NoList
    #If Mac Then
        Dim textLine As String
        Open Environ("HOME") & "/mastersheet-excel.txt" For Input As #1
        Do While Not EOF(1)
            Line Input #1, textLine
            OwnList = OwnList & textLine & vbLf
        Loop
        Close #1
    #Else
        ' As Unicode: a name may have any letter.
        With CreateObject("Scripting.FileSystemObject").OpenTextFile(Environ("APPDATA") & "\mastersheet\excel.txt", 1, False, -1)
            OwnList = Replace(.ReadAll, vbCr, "")
            .Close
        End With
    #End If
NoList:
End Function

"""Functions that Excel and Google know alike: by the same name, with the same arguments, giving the same.

From Microsoft's list, https://support.microsoft.com/en-us/office/excel-functions-alphabetical-b3944572-255d-4efb-bb96-c6d90033e188,
and Google's, https://support.google.com/docs/table/25273. Left out are those that differ (CONCAT, FILTER, SORT), that
fill several cells, or whose outcome depends on where cells stand (INDIRECT, CELL).
"""

from __future__ import annotations

from typing import Final

# How many arguments Excel takes, from and to: it refuses a whole workbook for a formula with too few.
_SAID: Final = """
ABS 1 1|ADDRESS 2 5|AND 1 255|AVERAGE 1 255|AVERAGEA 1 255|AVERAGEIF 2 3|AVERAGEIFS 3 255|CEILING 2 2
CEILING.MATH 1 3|CHAR 1 1|CHOOSE 2 255|CLEAN 1 1|CODE 1 1|COLUMN 0 1|COLUMNS 1 1|CONCATENATE 1 255|CORREL 2 2
COUNT 1 255|COUNTA 1 255|COUNTBLANK 1 1|COUNTIF 2 2|COUNTIFS 2 255|DATE 3 3|DATEDIF 3 3|DATEVALUE 1 1|DAY 1 1
DAYS 2 2|DAYS360 2 3|EDATE 2 2|EOMONTH 2 2|ERROR.TYPE 1 1|EVEN 1 1|EXACT 2 2|EXP 1 1|FALSE 0 0|FIND 2 3|FIXED 1 3
FLOOR 2 2|FLOOR.MATH 1 3|FORECAST 3 3|FV 3 5|HLOOKUP 3 4|HOUR 1 1|HYPERLINK 1 2|IF 2 3|IFERROR 2 2|IFNA 2 2
IFS 2 254|INDEX 2 4|INT 1 1|INTERCEPT 2 2|IPMT 4 6|IRR 1 2|ISBLANK 1 1|ISERR 1 1|ISERROR 1 1|ISEVEN 1 1
ISLOGICAL 1 1|ISNA 1 1|ISNONTEXT 1 1|ISNUMBER 1 1|ISODD 1 1|ISOWEEKNUM 1 1|ISTEXT 1 1|LARGE 2 2|LEFT 1 2|LEN 1 1
LN 1 1|LOG 1 2|LOG10 1 1|LOOKUP 2 3|LOWER 1 1|MATCH 2 3|MAX 1 255|MAXIFS 3 253|MEDIAN 1 255|MID 3 3|MIN 1 255
MINIFS 3 253|MINUTE 1 1|MOD 2 2|MONTH 1 1|MROUND 2 2|N 1 1|NA 0 0|NETWORKDAYS 2 3|NETWORKDAYS.INTL 2 4|NOT 1 1
NOW 0 0|NPER 3 5|NPV 2 255|ODD 1 1|OFFSET 3 5|OR 1 255|PERCENTILE 2 2|PERCENTILE.INC 2 2|PERCENTRANK 2 3|PI 0 0
PMT 3 5|POWER 2 2|PPMT 4 6|PRODUCT 1 255|PROPER 1 1|PV 3 5|QUARTILE 2 2|QUARTILE.INC 2 2|QUOTIENT 2 2|RAND 0 0
RANDBETWEEN 2 2|RANK 2 3|RANK.AVG 2 3|RANK.EQ 2 3|RATE 3 6|REPLACE 4 4|REPT 2 2|RIGHT 1 2|ROUND 2 2|ROUNDDOWN 2 2
ROUNDUP 2 2|ROW 0 1|ROWS 1 1|SEARCH 2 3|SECOND 1 1|SIGN 1 1|SLOPE 2 2|SMALL 2 2|SQRT 1 1|STDEV 1 255|STDEV.P 1 254
STDEV.S 1 254|STDEVP 1 255|SUBSTITUTE 3 4|SUBTOTAL 2 254|SUM 1 255|SUMIF 2 3|SUMIFS 3 255|SUMPRODUCT 1 255
SUMSQ 1 255|SWITCH 3 254|T 1 1|TEXT 2 2|TEXTJOIN 3 252|TIME 3 3|TIMEVALUE 1 1|TODAY 0 0|TRIM 1 1|TRUE 0 0|TRUNC 1 2
UPPER 1 1|VALUE 1 1|VAR 1 255|VAR.P 1 254|VAR.S 1 254|VARP 1 255|VLOOKUP 3 4|WEEKDAY 1 2|WEEKNUM 1 2|WORKDAY 2 3
WORKDAY.INTL 2 4|XLOOKUP 3 6|XMATCH 2 4|XOR 1 254|YEAR 1 1|YEARFRAC 2 3
"""

ARGUMENTS: Final = {
    name: (int(least), int(most))
    for name, least, most in (one.split() for line in _SAID.split("\n") for one in line.split("|") if one)
}

# In a file these have a mark before their names, since Excel of 2007 did not know them:
# https://support.microsoft.com/en-us/office/issue-an-xlfn-function-is-displayed-in-front-of-a-formula-882f1ef7-68fb-4fcd-8d54-9fbb77fd5025
NEWER: Final = frozenset(
    """
    CEILING.MATH DAYS FLOOR.MATH IFNA IFS ISOWEEKNUM MAXIFS MINIFS PERCENTILE.INC QUARTILE.INC RANK.AVG RANK.EQ
    STDEV.P STDEV.S SWITCH TEXTJOIN VAR.P VAR.S XLOOKUP XMATCH XOR
    """.split()  # noqa: SIM905 - to be read as a list
)

# Their outcome depends on what stands how far away.
BY_DISTANCE: Final = frozenset({"OFFSET", "ADDRESS"})

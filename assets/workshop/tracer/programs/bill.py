def bill(prices, rate):
    net = sum(prices)
    lines = {
        "net": net,
        "tax": round(
            net * rate,
        ),
    }
    gross = (
        lines["net"]
        + lines["tax"]
    )
    return gross

# /// program
# title = "Statements of several lines"
# teaches = "Python reports their inner lines too, some of them twice; a frame is for the whole statement."
# level = 3
#
# [[cases]]
# call = "bill([20, 5], 0.2)"
# returns = "30"
# ///

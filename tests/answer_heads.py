"""The heads of a receipt's 核实说明: one side writes them, units fill in under them, the other side reads them."""

HEADS = (
    "编号",
    "规则号",
    "规则",
    "项目",
    "工作表",
    "单元格",
    "填报值",
    "应为",
    "差额",
    "问题",
    "核实说明",
    "上次说明及处理",
)

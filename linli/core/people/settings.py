"""What a city chooses about the data of people."""

from linli.core.platform.public import Setting

NAMES_SHOWN = Setting(
    code="people.names_shown",
    titles={"zh-hans": "向居民显示查看人姓名", "en": "Names of the staff on the resident's page"},
    explained={
        "zh-hans": "居民查询“谁看过我的数据”时，除单位和角色外是否显示工作人员姓名。",
        "en": "Whether “who saw my data” names the person of the staff besides the unit and the role.",
    },
    default=False,
)
